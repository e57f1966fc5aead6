import { looksEncoded } from './encoded.ts';

/**
 * Private suffixes under which people name their own machines and homes: dynamic DNS, routers, storage, tunnels. Others
 * stand for the hosting of services, whose customers choose public names as they do with a registrar.
 */
const OF_HOMES: ReadonlySet<string> = new Set(
  (
    'duckdns.org dynv6.net ddns.net ddnss.de ddnss.org dyndns.ddnss.de dyndns1.de dnshome.de dynu.net freeddns.org ' +
    'freeddns.us dyn-ip24.de dyndns.org dyndns.biz dyndns.info dyndns.tv dyndns.ws dyndns-home.com dyndns-ip.com ' +
    'dyndns-office.com dyndns-pics.com dyndns-remote.com dyndns-server.com dyndns-web.com dyndns-wiki.com ' +
    'dyndns-work.com dyndns-at-home.com dyndns-at-work.com dyndns-blog.com dyndns-free.com dyndns-mail.com homeip.net ' +
    'homedns.org homeftp.net homeftp.org homelinux.com homelinux.net homelinux.org homeunix.com homeunix.net ' +
    'homeunix.org dnsalias.com dnsalias.net dnsalias.org dnsdojo.com dnsdojo.net dnsdojo.org gotdns.com gotdns.org ' +
    'ath.cx dyn-o-saur.com kicks-ass.net kicks-ass.org podzone.net podzone.org selfip.com selfip.net selfip.org ' +
    'selfip.info selfip.biz webhop.biz webhop.info webhop.me webhop.net webhop.org mine.nu hopto.me hopto.org ' +
    'myftp.biz myftp.org myvnc.com no-ip.biz no-ip.ca no-ip.co.uk no-ip.info no-ip.net no-ip.org noip.me noip.us ' +
    'redirectme.net servebeer.com serveblog.net servecounterstrike.com serveftp.com serveftp.net serveftp.org ' +
    'servegame.com servehalflife.com servehttp.com servehumour.com serveirc.com serveminecraft.net servemp3.com ' +
    'servep2p.com servepics.com servequake.com sytes.net zapto.org bounceme.net ddns.me ddnsfree.com ddnsgeek.com ' +
    'ddnsguru.com ddnsking.com 3utilities.com blogsyte.com camdvr.org accesscam.org casacam.net giize.com gleeze.com ' +
    'kozow.com loseyourip.com mywire.org myddns.rocks ooguy.com theworkpc.com webredirect.org spdns.de spdns.eu ' +
    'spdns.org firewall-gateway.com firewall-gateway.de my-firewall.org myfirewall.org my-gateway.de my-router.de ' +
    'goip.de mydns.jp nsupdate.info now-dns.net now-dns.org now-dns.top ntdll.top myfritz.net myfritz.link ' +
    'synology.me synology-ds.de diskstation.me diskstation.eu diskstation.org dscloud.me dscloud.biz dscloud.mobi ' +
    'dsmynas.com dsmynas.net dsmynas.org familyds.com familyds.net familyds.org i234.me myds.me direct.quickconnect.to ' +
    'myqnapcloud.com myqnapcloud.cn alpha-myqnapcloud.com dev-myqnapcloud.com mycloudnas.com mynascloud.com ' +
    'remotewd.com keenetic.io keenetic.link keenetic.name keenetic.pro drayddns.com home-webserver.de ' +
    'dyn.home-webserver.de internet-dns.de l-o-g-i-n.de leitungsen.de lebtimnetz.de traeumtgerade.de isteingeek.de ' +
    'istmein.de in-butter.de myhome-server.de syno-ds.de ui.nabu.casa ts.net trycloudflare.com ngrok.io ngrok.app ngrok.dev ' +
    'ngrok-free.app ngrok-free.dev'
  ).split(' '),
);
/** What people call their machines, beside another word: theirs. */
const MACHINE =
  /(?:^|[-_])(?:laptop|notebook|macbook|imac|iphone|ipad|desktop|workstation|pc|nas)(?:$|[-_\d])/;

/** Whether what a customer is called under a private suffix may be kept: guarded as labels below a domain are. */
export function isTenantGuarded(label: string, suffix: string): boolean {
  return OF_HOMES.has(suffix) || looksEncoded([label]) || (/[-_]/.test(label) && MACHINE.test(label));
}
